#include "store/spool.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/temporary_directory.hpp"

namespace skyn3t::store {
namespace {

class SpoolTest : public testing::Test {
  protected:
    std::unique_ptr<Spool> open() { return Spool::open(file, sizes).value(); }
    static std::vector<std::string> texts(const Spool& spool) {
        std::vector<std::string> all;
        for (const auto& entry : spool.next(100)) all.push_back(entry.text);
        return all;
    }
    static std::vector<Spool::Entry> entries(const std::vector<std::string>& all) {
        std::vector<Spool::Entry> made;
        for (const auto& text : all) made.push_back({made.size() + 1, text});
        return made;
    }

    test::TemporaryDirectory directory;
    std::filesystem::path file = directory.path() / "facts.spool";
    Spool::Sizes sizes{64 * 1024, 128 * 1024};
};

using Texts = std::vector<std::string>;

TEST_F(SpoolTest, WhatWasAppendedIsThereAgainInItsOrderAfterAnEndWithoutWarning) {
    EXPECT_EQ(open()->append(entries({"one", "", "three"})), 3u);
    EXPECT_EQ(texts(*open()), (Texts{"one", "", "three"}));
}

TEST_F(SpoolTest, WhatWasPassedIsGoneAndTheNextFollows) {
    auto spool = open();
    EXPECT_EQ(spool->append(entries({"one", "two", "three"})), 3u);
    spool->pass(2);
    EXPECT_EQ(texts(*spool), Texts{"three"});
    EXPECT_EQ(spool->waiting(), 1u);
}

TEST_F(SpoolTest, OnceAllIsPassedTheFileBeginsAgainAndNothingOldComesBack) {
    auto spool = open();
    EXPECT_EQ(spool->append(entries({"a long record that was first", "second"})), 2u);
    spool->pass(2);
    EXPECT_EQ(spool->size(), 0u);
    EXPECT_EQ(texts(*open()), Texts{});
    EXPECT_EQ(spool->append(entries({"a new record, as long as it!"})), 1u);
    EXPECT_EQ(texts(*open()), Texts{"a new record, as long as it!"});
}

TEST_F(SpoolTest, ARecordThatACrashHasCutIsNotReadAndTheNextTakesItsPlace) {
    std::size_t whole = 0;
    {
        auto spool = open();
        EXPECT_EQ(spool->append(entries({"one"})), 1u);
        whole = spool->size();
        EXPECT_EQ(spool->append(entries({"two, of which the end is missing"})), 1u);
    }
    {
        std::fstream cut(file, std::ios::in | std::ios::out | std::ios::binary);
        cut.seekp(static_cast<std::streamoff>(whole) + 40);
        cut.write("\0\0\0\0", 4);
    }
    auto spool = open();
    EXPECT_EQ(texts(*spool), Texts{"one"});
    EXPECT_EQ(spool->append(entries({"three"})), 1u);
    EXPECT_EQ(texts(*open()), (Texts{"one", "three"}));
}

TEST_F(SpoolTest, ItsRoomIsTakenFromTheDiskWhenItIsOpenedAndOthersCannotReadIt) {
    const auto spool = open();
    struct stat found {};
    ASSERT_EQ(::stat(file.c_str(), &found), 0);
    EXPECT_GE(static_cast<std::size_t>(found.st_blocks) * 512, sizes.reserved);
    EXPECT_EQ(found.st_mode & 0777u, 0600u);
}

TEST_F(SpoolTest, WhenItIsFullItSaysHowManyItTook) {
    auto spool = open();
    const std::string large(60 * 1024, 'x');
    EXPECT_EQ(spool->append(entries({large, large, large})), 2u);
    spool->pass(2);
    EXPECT_EQ(spool->append(entries({large})), 1u);
}

TEST_F(SpoolTest, AFileThatCannotBeOpenedIsAnErrorThatNamesIt) {
    file = directory.path() / "no such folder" / "facts.spool";
    const auto opened = Spool::open(file, sizes);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().detail.find("no such folder/facts.spool"), std::string::npos);
}

}  // namespace
}  // namespace skyn3t::store
