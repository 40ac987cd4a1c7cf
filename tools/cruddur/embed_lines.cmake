# cmake -DINPUT=conversation.txt -DOUTPUT=conversation_data.cc -P embed_lines.cmake
# Writes a C++ source that holds each line of INPUT as one element of an array: string literals have a length limit.
file(READ ${INPUT} text)
string(REGEX REPLACE "\n+$" "" text "${text}")
string(REPLACE "\\" "\\\\" text "${text}")
string(REPLACE "\"" "\\\"" text "${text}")
string(REPLACE "\n" "\",\n    \"" text "${text}")
file(WRITE ${OUTPUT} "#include \"tools/cruddur/conversation.h\"

namespace dynarock::cruddur {
namespace {
constexpr std::string_view kLines[] = {
    \"${text}\",
};
}  // namespace

std::span<const std::string_view> BundledConversationLines() { return kLines; }

}  // namespace dynarock::cruddur
")
