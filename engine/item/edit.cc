#include "engine/item/edit.h"

#include <map>

namespace dynarock {
namespace {

// The edits below one place, as a tree of steps. Borrows them.
struct EditNode {
  const Edit* edit = nullptr;  // of the place itself
  std::map<std::string_view, EditNode> members;
  std::map<std::size_t, EditNode> elements;

  bool removes() const { return edit && edit->kind == Edit::Kind::kRemove; }
  bool sets() const { return edit && edit->kind == Edit::Kind::kSet; }
};

EditNode BuildTree(const std::vector<Edit>& edits) {
  EditNode root;
  for (const Edit& edit : edits) {
    EditNode* node = &root.members[edit.path.attribute];
    for (const PathStep& step : edit.path.steps) {
      if (const auto* name = std::get_if<std::string>(&step)) {
        node = &node->members[*name];
      } else {
        node = &node->elements[std::get<std::size_t>(step)];
      }
    }
    node->edit = &edit;
  }
  return root;
}

ApiError InvalidPath() {
  return ValidationError("The document path provided in the update expression is invalid for update");
}

Result<void> AppendMembers(std::string& out, const EditNode& node, std::string_view payload);
Result<void> AppendElements(std::string& out, const EditNode& node, std::string_view payload);

// Appends the value that comes of an old value.
Result<void> AppendEdited(std::string& out, const EditNode& node, ValueView value) {
  if (node.sets()) {
    out += node.edit->value;
    return {};
  }
  if (node.edit) {
    out += value.bytes();
    return {};
  }
  const bool fits = node.members.empty() ? value.type() == Type::kList : value.type() == Type::kMap;
  if (!fits) return InvalidPath();
  const std::size_t place = BeginContainer(out, value.type());
  TRY_VOID(value.type() == Type::kMap ? AppendMembers(out, node, value.payload())
                                      : AppendElements(out, node, value.payload()));
  EndContainer(out, place);
  return {};
}

// Appends what comes of a member that was not there.
Result<void> AppendNewMember(std::string& out, std::string_view name, const EditNode& node) {
  if (!node.edit) return InvalidPath();
  if (!node.sets()) return {};
  AppendName(out, name);
  out += node.edit->value;
  return {};
}

// What is not edited is copied as it stands, in runs of members.
Result<void> AppendMembers(std::string& out, const EditNode& node, std::string_view payload) {
  auto next = node.members.begin();
  const char* copied = payload.data();  // up to here the old members are in `out`, or edited
  const char* begin = copied;           // of the member
  const auto copy_run = [&](const char* end) { out.append(copied, end); };
  std::string_view name;
  ValueView value;
  for (MapReader members(payload); next != node.members.end() && members.Next(name, value);) {
    const char* end = value.bytes().data() + value.bytes().size();
    for (; next != node.members.end() && next->first < name; ++next) {
      copy_run(begin);
      copied = begin;
      TRY_VOID(AppendNewMember(out, next->first, next->second));
    }
    if (next != node.members.end() && next->first == name) {
      const EditNode& edited = (next++)->second;
      copy_run(begin);
      copied = end;
      if (!edited.removes()) {
        AppendName(out, name);
        TRY_VOID(AppendEdited(out, edited, value));
      }
    }
    begin = end;
  }
  copy_run(payload.data() + payload.size());
  for (; next != node.members.end(); ++next) TRY_VOID(AppendNewMember(out, next->first, next->second));
  return {};
}

Result<void> AppendElements(std::string& out, const EditNode& node, std::string_view payload) {
  auto next = node.elements.begin();
  ValueView element;
  std::size_t index = 0;
  for (ListReader elements(payload); elements.Next(element); ++index) {
    const EditNode* edited = next != node.elements.end() && next->first == index ? &(next++)->second : nullptr;
    if (!edited) {
      out += element.bytes();
    } else if (!edited->removes()) {
      TRY_VOID(AppendEdited(out, *edited, element));
    }
  }
  for (; next != node.elements.end(); ++next) {
    if (!next->second.edit) return InvalidPath();
    if (next->second.sets()) out += next->second.edit->value;
  }
  return {};
}

}  // namespace

Result<std::string> ApplyEdits(ItemView item, const std::vector<Edit>& edits) {
  const EditNode root = BuildTree(edits);
  constexpr std::size_t kRoomOfName = 64;  // of a new attribute; more is no harm
  std::size_t room = ItemView::kHeaderSize + item.bytes().size();
  for (const Edit& edit : edits) room += kRoomOfName + edit.value.size();
  std::string out;
  out.reserve(room);
  ItemBuilder builder(out);
  TRY_VOID(AppendMembers(out, root, item.members()));
  builder.Finish();
  return out;
}

}  // namespace dynarock
