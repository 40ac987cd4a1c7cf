#include "engine/item/item.h"

#include "engine/item/size.h"

namespace dynarock {

void ItemBuilder::Finish() {
  const std::size_t size = BilledMembersSize(std::string_view(out_).substr(ItemView::kHeaderSize));
  WriteFixed32(out_.data(), static_cast<std::uint32_t>(size));
}

}  // namespace dynarock
