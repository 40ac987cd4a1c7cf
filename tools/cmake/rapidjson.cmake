# For the folders below the engine, which may use RapidJSON: its assertions hold in every build. All sources of a program
# have them, as the linker keeps one copy of each inline function.
add_compile_options("SHELL:-include ${CMAKE_SOURCE_DIR}/tools/cmake/rapidjson_checks.h")
