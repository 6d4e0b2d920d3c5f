#include "base/random.hpp"

#include <openssl/rand.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "base/encoding.hpp"

namespace skyn3t {
namespace {

// A call to the generator costs microseconds, a branch of a Via needs 8 bytes: draw a block at a
// time.
class Pool {
  public:
    void take(std::span<std::uint8_t> out) {
        if (out.size() > block_.size()) return fill(out);
        if (used_ + out.size() > block_.size()) {
            fill(block_);
            used_ = 0;
        }
        std::memcpy(out.data(), block_.data() + used_, out.size());
        // What has been handed out may become a key; it must not stay readable here.
        std::memset(block_.data() + used_, 0, out.size());
        used_ += out.size();
    }

  private:
    static void fill(std::span<std::uint8_t> out) {
        if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1)
            throw std::runtime_error("the system's random generator failed");
    }
    std::array<std::uint8_t, 1024> block_{};
    std::size_t used_ = block_.size();
};

}  // namespace

void random_bytes(std::span<std::uint8_t> out) {
    thread_local Pool pool;
    pool.take(out);
}

std::string random_hex(std::size_t octets) {
    std::vector<std::uint8_t> bytes(octets);
    random_bytes(bytes);
    return to_hex(bytes);
}

std::uint32_t random_u32() {
    std::array<std::uint8_t, 4> bytes{};
    random_bytes(bytes);
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

}  // namespace skyn3t
