#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string_view>
#include <vector>

#include "speech/child_process.hpp"
#include "speech/espeak_engine.hpp"
#include "speech/text_normalizer.hpp"

namespace skyn3t::test {}
namespace skyn3t::speech::test {
using namespace skyn3t::test;

// The menus of the three communities of examples/communities.yaml.
inline constexpr std::string_view kOficina =
    "Bienvenido a Oficina Principal. Para oficina de administración, presione 1. "
    "Para conserjería, presione 2. Por favor, seleccione una opción.";
inline constexpr std::string_view kPlazaNorte =
    "Bienvenido a Edificio Plaza Norte. Para oficina de administración, presione 1. "
    "Para conserjería, presione 2. Por favor, seleccione una opción.";
inline constexpr std::string_view kLasFlores =
    "Bienvenido a Condominio Las Flores. Para oficina de administración, presione 1. "
    "Para conserjería, presione 2. Por favor, seleccione una opción.";

// As espeak-ng says it, which tools/packages.txt installs.
inline Clip say(std::string_view text) {
    static EspeakEngine engine(find_program("espeak-ng"));
    auto clip = engine.synthesize({normalize_text(text, "es-MX"), {}, 1.0});
    EXPECT_TRUE(clip) << clip.error().detail;
    return clip ? *clip : Clip{};
}

inline Clip tone(double hertz, double seconds, int rate, double amplitude = 0.5) {
    Clip clip{{}, rate};
    const auto count = static_cast<std::size_t>(seconds * rate);
    for (std::size_t i = 0; i < count; ++i) {
        const double phase = 2 * std::numbers::pi * hertz * static_cast<double>(i) / rate;
        clip.samples.push_back(static_cast<std::int16_t>(32767 * amplitude * std::sin(phase)));
    }
    return clip;
}

}  // namespace skyn3t::speech::test
