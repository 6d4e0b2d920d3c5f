# What every target of ours is compiled with. Libraries come in as SYSTEM, so that these hold for our code only.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Several files of a module are compiled as one, since most of a file's compile time goes into what it shares with its
# neighbours: templates of Asio, fmt and JSON. So a name in an anonymous namespace is the module's: each is given once.
# The clang builds (preset `fuzz`) compile file by file, and show what a file forgot to include.
option(SKYN3T_UNITY "Compile several files of a module as one" ON)
set(CMAKE_UNITY_BUILD ${SKYN3T_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)
if(SKYN3T_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ takes the files of a batch for headers, whose classes must not have members of an anonymous namespace's types.
  add_compile_options(-Wno-subobject-linkage)
endif()

set(SKYN3T_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

if(SKYN3T_FUZZ)
  # Without it, libFuzzer sees which branches a target takes only in the target's own file.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

add_library(skyn3t_options INTERFACE)
# Compilers differ in what they warn of, also between two sets of flags. A warning must never keep a user from building,
# so it is an error only where the project's own CI asks for it.
option(SKYN3T_WERROR "A warning is an error" OFF)
target_compile_options(skyn3t_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast $<$<BOOL:${SKYN3T_WERROR}>:-Werror>)
# No path of the machine that compiled: in asserts and debug data, files are named from the root of the repository.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
target_include_directories(skyn3t_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
if(SKYN3T_SANITIZE)
  add_compile_options(-fsanitize=${SKYN3T_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SKYN3T_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 reports library headers falsely when optimised and instrumented (STYLE, section 10).
    target_compile_options(skyn3t_options INTERFACE -Wno-maybe-uninitialized)
    if(SKYN3T_SANITIZE MATCHES "thread")
      target_compile_options(skyn3t_options INTERFACE -Wno-tsan)
    endif()
  endif()
endif()
