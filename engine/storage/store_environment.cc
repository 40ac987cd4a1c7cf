#include "engine/storage/store_environment.h"

#include <rocksdb/file_system.h>

namespace dynarock {
namespace {

class StoreFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  StoreFileSystem(const std::shared_ptr<rocksdb::FileSystem>& base, LogFiles* log)
      : FileSystemWrapper(base), log_(log) {}
  const char* Name() const override { return "dynarock.StoreFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* context) override {
    const std::size_t name = path.rfind('/') + 1;
    if (path.compare(name, 8, "OPTIONS-") == 0) return rocksdb::IOStatus::NotSupported("no OPTIONS files");
    rocksdb::IOStatus status = FileSystemWrapper::NewWritableFile(path, options, file, context);
    if (log_ != nullptr && status.ok() && path.ends_with(".log")) *file = log_->Wrap(std::move(*file));
    return status;
  }

 private:
  LogFiles* const log_;
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

std::unique_ptr<rocksdb::Env> StoreEnvironment(LogFiles* log) {
  rocksdb::Env* disk = rocksdb::Env::Default();
  std::unique_ptr<rocksdb::Env> memory(log == nullptr ? rocksdb::NewMemEnv(disk) : nullptr);
  const auto& files = (log == nullptr ? memory.get() : disk)->GetFileSystem();
  return std::make_unique<StoreEnv>(std::move(memory),
                                    rocksdb::NewCompositeEnv(std::make_shared<StoreFileSystem>(files, log)));
}

}  // namespace dynarock
