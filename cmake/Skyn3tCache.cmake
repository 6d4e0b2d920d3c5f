# A compiler cache where the machine has one: what was compiled before, also in another clone of this repository, is
# taken from there. Paths below the clone are read as relative (base_dir), so that its place does not matter.
find_program(SKYN3T_CCACHE ccache DOC "The compiler cache, or nothing")
if(SKYN3T_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${SKYN3T_CCACHE})
endif()
