#include "engine/storage/store_environment.h"

#include <rocksdb/file_system.h>

namespace dynarock {
namespace {

class WithoutOptionsFiles final : public rocksdb::FileSystemWrapper {
 public:
  using rocksdb::FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "dynarock.WithoutOptionsFiles"; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* context) override {
    const std::size_t name = path.rfind('/') + 1;
    if (path.compare(name, 8, "OPTIONS-") == 0) return rocksdb::IOStatus::NotSupported("no OPTIONS files");
    return FileSystemWrapper::NewWritableFile(path, options, file, context);
  }
};

// Owns what it is made of.
class StoreEnv final : public rocksdb::EnvWrapper {
 public:
  StoreEnv(std::unique_ptr<rocksdb::Env> base, std::unique_ptr<rocksdb::Env> wrapped)
      : EnvWrapper(wrapped.get()), base_(std::move(base)), wrapped_(std::move(wrapped)) {}

 private:
  const std::unique_ptr<rocksdb::Env> base_;
  const std::unique_ptr<rocksdb::Env> wrapped_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> StoreEnvironment(bool in_memory) {
  rocksdb::Env* disk = rocksdb::Env::Default();
  std::unique_ptr<rocksdb::Env> memory(in_memory ? rocksdb::NewMemEnv(disk) : nullptr);
  const auto& files = (in_memory ? memory.get() : disk)->GetFileSystem();
  return std::make_unique<StoreEnv>(std::move(memory),
                                    rocksdb::NewCompositeEnv(std::make_shared<WithoutOptionsFiles>(files)));
}

}  // namespace dynarock
