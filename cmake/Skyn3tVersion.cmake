# What `skyn3t --version` says. The commit is asked at each build, not at configure time, so that it is never an old one;
# the file is written only when it changes. The same file is the script that writes it (cmake -P).
if(CMAKE_SCRIPT_MODE_FILE)
  set(commit "unknown")
  execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --exclude=*
                  OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(commit ${described})
  endif()
  file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
#include "base/version.hpp"

namespace skyn3t {

const Version kVersion{"@VERSION@", "@commit@", "@BUILD_TYPE@"};

}  // namespace skyn3t
]])
  return()
endif()

set(skyn3t_build_type "${CMAKE_BUILD_TYPE}")
if(SKYN3T_SANITIZE)
  string(APPEND skyn3t_build_type " (${SKYN3T_SANITIZE})")
endif()
set(skyn3t_version_file ${CMAKE_BINARY_DIR}/version.cpp)
add_custom_target(skyn3t_version_text BYPRODUCTS ${skyn3t_version_file}
    COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${CMAKE_SOURCE_DIR} -DOUTPUT=${skyn3t_version_file}
            -DVERSION=${PROJECT_VERSION} "-DBUILD_TYPE=${skyn3t_build_type}"
            -P ${CMAKE_CURRENT_LIST_FILE}
    VERBATIM)
add_library(skyn3t_version STATIC ${skyn3t_version_file})
add_dependencies(skyn3t_version skyn3t_version_text)
target_include_directories(skyn3t_version PUBLIC ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(skyn3t_version PRIVATE skyn3t_options)
