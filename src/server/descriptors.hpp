#pragma once

#include <cstdint>

namespace skyn3t::server {

// Lets the process have as many files and sockets at a time as it may: the soft limit becomes the
// hard one. The usual soft limit of 1024, which is for programs that use select(), is less than a
// busy server's calls and connections need. The limit that holds from now on.
std::uint64_t raise_descriptor_limit();

}  // namespace skyn3t::server
