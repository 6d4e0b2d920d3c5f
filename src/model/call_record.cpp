#include "model/call_record.hpp"

#include "model/word_table.hpp"

namespace skyn3t::model {
namespace {

constexpr auto kDirections = words<Direction>({{Direction::inbound, "inbound"},
                                               {Direction::outbound_dial, "outbound-dial"},
                                               {Direction::outbound_api, "outbound-api"}});

}  // namespace

std::string_view to_string(Direction direction) { return kDirections.word(direction); }
std::optional<Direction> parse_direction(std::string_view word) { return kDirections.find(word); }

std::chrono::seconds CallRecord::duration() const {
    if (!answer_time || !end_time || *end_time <= *answer_time) return seconds{0};
    return std::chrono::ceil<seconds>(*end_time - *answer_time);
}

}  // namespace skyn3t::model
