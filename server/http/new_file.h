// Files that this program makes for itself, and that nobody else may have a hand in.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace dynarock {

// Puts a file with this content in place of what is at `path`, whole or not at all. Its temporary name, `path`.new, is
// made anew and follows no link; a link at `path` is replaced, not followed. False, with errno, if it cannot be.
bool ReplaceFile(const std::filesystem::path& path, mode_t mode, std::string_view content);

// The content of a regular file of at most 1 MiB; nullopt if there is none, or a link, device or pipe at its place.
std::optional<std::string> ReadOwnFile(const std::filesystem::path& path);

}  // namespace dynarock
