# What every target of ours is compiled with. Libraries come in as SYSTEM, so that these hold for our code only.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(SKYN3T_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

if(SKYN3T_FUZZ)
  # Without it, libFuzzer sees which branches a target takes only in the target's own file.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

add_library(skyn3t_options INTERFACE)
target_compile_options(skyn3t_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Werror)
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
