# The libraries of tools/packages.txt as targets, all SYSTEM.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)

function(skyn3t_pkg target)
  string(MAKE_C_IDENTIFIER "${target}" prefix)
  pkg_check_modules(${prefix} REQUIRED IMPORTED_TARGET ${ARGN})
  add_library(skyn3t::${target} INTERFACE IMPORTED GLOBAL)
  target_link_libraries(skyn3t::${target} INTERFACE PkgConfig::${prefix})
endfunction()

skyn3t_pkg(spandsp spandsp)
skyn3t_pkg(speech soxr sndfile libebur128)
skyn3t_pkg(cares libcares)
skyn3t_pkg(pugixml pugixml)
skyn3t_pkg(curl libcurl)

add_library(skyn3t::asio INTERFACE IMPORTED GLOBAL)
# Not ASIO_NO_DEPRECATED: RESTinio 0.6 calls three functions that it removes, and one program has one Asio.
# Asio 1.22 uses aligned_alloc only where a standard header stood before it, so one file would allocate with operator new
# what another frees with free(). And it knows only clang's old coroutines.
target_compile_definitions(skyn3t::asio INTERFACE
    ASIO_STANDALONE ASIO_NO_TS_EXECUTORS ASIO_DISABLE_STD_ALIGNED_ALLOC)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_definitions(skyn3t::asio INTERFACE ASIO_HAS_CO_AWAIT ASIO_HAS_STD_COROUTINE)
endif()
target_link_libraries(skyn3t::asio INTERFACE Threads::Threads)
add_library(skyn3t::expected INTERFACE IMPORTED GLOBAL)
add_library(skyn3t::cli11 INTERFACE IMPORTED GLOBAL)
add_library(skyn3t::restinio INTERFACE IMPORTED GLOBAL)
target_link_libraries(skyn3t::restinio INTERFACE http_parser fmt::fmt skyn3t::asio)
add_library(skyn3t::phonenumber INTERFACE IMPORTED GLOBAL)
target_link_libraries(skyn3t::phonenumber INTERFACE phonenumber)
add_library(skyn3t::soci INTERFACE IMPORTED GLOBAL)
target_include_directories(skyn3t::soci SYSTEM INTERFACE
    /usr/include/soci /usr/include/postgresql)
target_link_libraries(skyn3t::soci INTERFACE soci_core soci_sqlite3 soci_postgresql sqlite3)
