#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/telephone_subscriber.hpp"

// What is read as a number holds nothing but digits, and is read as the same number again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using skyn3t::model::TelephoneSubscriber;
    const auto read = TelephoneSubscriber::parse({reinterpret_cast<const char*>(data), size});
    if (!read) return 0;
    constexpr std::string_view kDigits = "+0123456789*#ABCDEFabcdef";
    if (read->number.empty() || read->number.find_first_not_of(kDigits) != std::string::npos)
        std::abort();
    if (read->number.find('+', 1) != std::string::npos) std::abort();
    const auto again = TelephoneSubscriber::parse(read->number + ";phone-context=a.example");
    if (!again || again->number != read->number) std::abort();
    return 0;
}
