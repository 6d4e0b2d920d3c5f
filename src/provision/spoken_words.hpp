#pragma once

#include <string>
#include <string_view>

#include "speech/utterance.hpp"
#include "twiml/verbs.hpp"

namespace skyn3t::provision {

// How <say-as interpret-as> says to read a text.
[[nodiscard]] speech::SayAs say_as_of(std::string_view interpret_as);

// The words that a voice is given: "presione uno".
[[nodiscard]] std::string spoken_words(std::string_view text, std::string_view language);

// Of a whole Say; empty when it is spoken as it is written.
[[nodiscard]] std::string other_words(const twiml::Say& say);

// Whether that is worth telling: more than keys and small numbers are read out.
[[nodiscard]] bool is_spoken_otherwise(std::string_view text, std::string_view language);

}  // namespace skyn3t::provision
