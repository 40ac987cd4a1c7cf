# cmake -DINPUT=script.py -DOUTPUT=script.cc -DNAME=kScript -DHEADER=folder/scripts.h -P embed_text.cmake
# Writes a C++ source that holds the text of INPUT as `const std::string_view NAME`, which HEADER declares in dynarock.
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "#include \"${HEADER}\"

namespace dynarock {

const std::string_view ${NAME} = R\"EMBEDDED(${text})EMBEDDED\";

}  // namespace dynarock
")
