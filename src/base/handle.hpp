#pragma once

#include <memory>

namespace skyn3t {

// An owner for an object of a C library, as small as the raw pointer it replaces.
template <auto Destroy>
struct Destroyer {
    void operator()(auto* object) const noexcept { Destroy(object); }
};
template <class T, auto Destroy>
using Handle = std::unique_ptr<T, Destroyer<Destroy>>;

}  // namespace skyn3t
