// Runs a fuzz target where there is no libFuzzer: on its seeds, then on random changes of them. It does not look at
// what the code does with an input, so libFuzzer (the preset `fuzz`) finds more in the same time; this needs no clang.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tools/fuzz/targets/target.h"

namespace dynarock::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestInput = 64 * 1024;  // bytes

constexpr const char* kUsage =
    "Usage: fuzz_TARGET [--seconds N] [--seed N] [--last FILE] FILE-OR-FOLDER...\n\n"
    "  --seconds N  how long to change the inputs, after each was run as it is (default 0)\n"
    "  --seed N     seed of the random numbers (default: the time)\n"
    "  --last FILE  where the input is that is being run (default fuzz-last-input)\n";

struct Options {
  std::chrono::seconds seconds{0};
  std::uint64_t seed = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  std::string last = "fuzz-last-input";
  std::vector<std::string> inputs;  // texts
};

std::string BytesOf(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void AddInputs(const fs::path& path, std::vector<std::string>& inputs) {
  if (!fs::is_directory(path)) return inputs.push_back(BytesOf(path));
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) inputs.push_back(BytesOf(file));
}

// Nothing if the command line is wrong.
std::optional<Options> Parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.substr(0, 2) != "--") {
      if (!fs::exists(word)) return std::nullopt;
      AddInputs(word, options.inputs);
      continue;
    }
    if (++i == argc) return std::nullopt;
    const std::string_view value = argv[i];
    std::uint64_t number = 0;
    const bool is_number =
        std::from_chars(value.data(), value.data() + value.size(), number).ptr == value.data() + value.size();
    if (word == "--last") {
      options.last = value;
    } else if (word == "--seconds" && is_number) {
      options.seconds = std::chrono::seconds(number);
    } else if (word == "--seed" && is_number) {
      options.seed = number;
    } else {
      return std::nullopt;
    }
  }
  return options.inputs.empty() ? std::nullopt : std::optional(std::move(options));
}

// The file that holds the input that is being run, to look at after a crash.
class LastInput {
 public:
  explicit LastInput(const std::string& path)
      : file_(open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {}
  ~LastInput() {
    if (file_ >= 0) close(file_);
  }
  LastInput(const LastInput&) = delete;
  LastInput& operator=(const LastInput&) = delete;

  // False if the file cannot be written.
  bool Keep(std::string_view input) {
    return ftruncate(file_, static_cast<off_t>(input.size())) == 0 &&
           pwrite(file_, input.data(), input.size(), 0) == static_cast<ssize_t>(input.size());
  }

 private:
  const int file_;
};

class Changer {
 public:
  Changer(const std::vector<std::string>& inputs, std::uint64_t seed) : inputs_(inputs), random_(seed) {}

  std::string Next() {
    std::string text = AnyInput();
    for (std::size_t changes = 1 + Below(4); changes > 0; --changes) Change(text);
    if (text.size() > kLongestInput) text.resize(kLongestInput);
    return text;
  }

 private:
  std::size_t Below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }
  const std::string& AnyInput() { return inputs_[Below(inputs_.size())]; }
  // A piece of some text: short ones more often than long ones.
  std::string_view AnyPieceOf(std::string_view text) {
    const std::size_t start = Below(text.size() + 1);
    return text.substr(start, Below(1 + Below(text.size() - start + 1)));
  }

  void Change(std::string& text) {
    static constexpr std::array<char, 16> kBytes = {'\0', '\xff', '\x7f', ' ', '"', '\'', '(', ')',
                                                    '[',  '{',    ':',    '#', ',', '.',  '0', '9'};
    const std::size_t place = Below(text.size() + 1);
    switch (Below(7)) {
      case 0:
        text.insert(place, 1, kBytes[Below(kBytes.size())]);
        break;
      case 1:
        text.erase(place, 1 + Below(1 + Below(text.size() + 1)));
        break;
      case 2:
        text.insert(place, AnyPieceOf(AnyInput()));
        break;
      case 3:
        text.insert(place, std::string(AnyPieceOf(text)));
        break;
      case 4:
        text.resize(place);
        break;
      default:
        if (place < text.size())
          text[place] = Below(2) == 0 ? kBytes[Below(kBytes.size())] : static_cast<char>(Below(256));
    }
  }

  const std::vector<std::string>& inputs_;
  std::mt19937_64 random_;
};

// The target gets memory of just the input's size, which the sanitizers watch.
void Run(std::string_view input, LastInput& last) {
  Expect(last.Keep(input), "the file of --last can be written");
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

int Main(int argc, char** argv) {
  const std::optional<Options> options = Parse(argc, argv);
  if (!options) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  LastInput last(options->last);
  if (!last.Keep("")) {
    std::fprintf(stderr, "Cannot write %s: name another file with --last.\n", options->last.c_str());
    return 2;
  }
  std::printf("seed %llu, %zu inputs\n", static_cast<unsigned long long>(options->seed), options->inputs.size());
  std::fflush(stdout);
  for (const std::string& input : options->inputs) Run(std::string_view(input).substr(0, kLongestInput), last);
  Changer changer(options->inputs, options->seed);
  std::uint64_t runs = 0;
  const auto end = std::chrono::steady_clock::now() + options->seconds;
  for (; std::chrono::steady_clock::now() < end; ++runs) Run(changer.Next(), last);
  std::printf("%llu changed inputs, nothing found\n", static_cast<unsigned long long>(runs));
  return 0;
}

}  // namespace
}  // namespace dynarock::fuzz

int main(int argc, char** argv) {
  return dynarock::fuzz::Main(argc, argv);
}
