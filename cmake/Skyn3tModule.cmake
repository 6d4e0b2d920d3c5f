# skyn3t_module(NAME DEPENDS modules... LIBS targets...)
# One static library per folder of src/, and one test program per folder of tests/unit/ with the same name.
# ONE_PROCESS: ctest runs the test program as a whole, not a process for each test, since it shares something dear
# (the store tests: a PostgreSQL server).
# tests/support/NAME_*.cpp belongs to the tests of NAME.
# src/server/main.cpp is the program's, not the library's.
if(SKYN3T_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

function(skyn3t_module name)
  cmake_parse_arguments(ARG "ONE_PROCESS" "" "DEPENDS;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  list(REMOVE_ITEM sources ${CMAKE_SOURCE_DIR}/src/server/main.cpp)
  list(TRANSFORM ARG_DEPENDS PREPEND skyn3t_)
  if(sources)
    add_library(skyn3t_${name} STATIC ${sources})
    target_link_libraries(skyn3t_${name} PRIVATE skyn3t_options PUBLIC ${ARG_DEPENDS} ${ARG_LIBS})
    target_include_directories(skyn3t_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  else()
    add_library(skyn3t_${name} INTERFACE)
    target_link_libraries(skyn3t_${name} INTERFACE ${ARG_DEPENDS} ${ARG_LIBS})
    target_include_directories(skyn3t_${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
  endif()

  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/${name}/*.cpp
       ${CMAKE_SOURCE_DIR}/tests/support/${name}_*.cpp)
  if(SKYN3T_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE
        skyn3t_options skyn3t_${name} GTest::gmock GTest::gtest GTest::gtest_main)
    target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_compile_options(${name}_test PRIVATE -O1)  # quicker to build, and what is tested is in the library
    if(ARG_ONE_PROCESS)
      add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
      set_tests_properties(${name} PROPERTIES TIMEOUT 300)
      return()
    endif()
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}. WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} DISCOVERY_MODE PRE_TEST
        DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 120)
  endif()
endfunction()
