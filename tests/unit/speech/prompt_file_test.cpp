#include "speech/prompt_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "script_directory.hpp"
#include "speech_samples.hpp"

namespace skyn3t::speech {
namespace {

using test::ScriptDirectory;

const std::string kKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

media::PromptPtr sample() { return media::make_prompt(test::tone(440, 0.1, 16000).samples); }

TEST(PromptFile, BeginsWithTheHeaderThatItDocuments) {
    const auto bytes = serialize_prompt(*sample(), kKey);
    const std::vector<std::uint8_t> expected{'S', 'K', 'Y', 'N', '3', 'T', 'P', 'R',  1,    0,
                                             0,   0,   5,   0,   0,   0,   0,   0x11, 0x22, 0x33};
    ASSERT_EQ(bytes.size(), 64u + 5 * (640 + 3 * 160));
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), bytes.begin()));
}

TEST(PromptFile, HoldsThePromptThatWasSaved) {
    const ScriptDirectory directory;
    const auto path = directory.path() / "deep" / "a.prompt";
    const auto prompt = sample();
    ASSERT_TRUE(save_prompt(path, *prompt, kKey));
    const auto loaded = load_prompt(path, kKey);
    ASSERT_TRUE(loaded) << loaded.error().detail;
    EXPECT_TRUE(std::ranges::equal((*loaded)->master(), prompt->master()));
    for (const auto codec : media::kCodecs)
        EXPECT_TRUE(std::ranges::equal((*loaded)->payload(codec), prompt->payload(codec)));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path.parent_path()), {}), 1);
}

TEST(PromptFile, IsRefusedWhenAnyOctetWasChanged) {
    const auto good = serialize_prompt(*sample(), kKey);
    ASSERT_TRUE(parse_prompt(good, kKey));
    for (std::size_t i = 0; i < good.size(); i += i < 80 ? 1 : 97) {
        auto bad = good;
        bad[i] ^= 0x40;
        EXPECT_FALSE(parse_prompt(bad, kKey)) << "octet " << i;
    }
}

TEST(PromptFile, IsRefusedWhenCutShortOrTooLong) {
    auto bytes = serialize_prompt(*sample(), kKey);
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{10}, std::size_t{64}, bytes.size() - 1})
        EXPECT_FALSE(parse_prompt(std::span(bytes).first(size), kKey)) << size;
    bytes.push_back(0);
    EXPECT_FALSE(parse_prompt(bytes, kKey));
}

TEST(PromptFile, IsRefusedUnderAnotherKey) {
    std::string other = kKey;
    other.back() = '0';
    EXPECT_FALSE(parse_prompt(serialize_prompt(*sample(), kKey), other));
}

TEST(PromptFile, ThatIsMissingIsNotFound) {
    const auto loaded = load_prompt("/no/such/file.prompt", kKey);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, Errc::not_found);
}

}  // namespace
}  // namespace skyn3t::speech
