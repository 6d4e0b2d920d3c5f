#include "api_rig.hpp"
#include "model/recording.hpp"

namespace skyn3t::rest {
namespace {

class OperatorApi : public test::ApiTest {
  protected:
    http::ClientRequest upload(const std::string& name, std::string sound) {
        auto wanted = request("/v1/Communities/A/Recordings/" + name, {}, "POST");
        wanted.body = std::move(sound);
        wanted.content_type = "audio/wav";
        return wanted;
    }
};

TEST_F(OperatorApi, ListsThePromptsThatARecordingMayStandInFor) {
    EXPECT_EQ(
        get("/v1/Communities/A/Recordings").body,
        R"({"community_code":"A","recordings":[)"
        R"({"name":"bienvenida","text":"Bienvenido a A.","uploaded":true,"url":"/v1/Communities/A/Recordings/bienvenida"},)"
        R"({"name":"aviso","text":null,"uploaded":true,"url":"/v1/Communities/A/Recordings/aviso"}]})");
    EXPECT_EQ(error_of(get("/v1/Communities/NADA/Recordings")), "404 20404");
}

TEST_F(OperatorApi, TakesTheBodyOfAnUploadAsItIs) {
    const std::string sound("RIFF\0\xff+a=b", 11);
    EXPECT_EQ(send(upload("bienvenida", sound)).status, 200);
    EXPECT_EQ(recordings_.put_name, "bienvenida");
    EXPECT_EQ(recordings_.put_sound, sound);
    EXPECT_EQ(recordings_.actor, "api 127.0.0.1");
    EXPECT_EQ(error_of(send(upload("ruido", "no"))), "400 20422");
}

TEST_F(OperatorApi, TakesAnUploadOfEightMegabytesAndRefusesALargerOneWith413) {
    EXPECT_EQ(send(upload("bienvenida", std::string(model::kMaxRecordingBytes, 'x'))).status, 200);
    EXPECT_EQ(recordings_.put_sound.size(), model::kMaxRecordingBytes);
    EXPECT_EQ(error_of(send(upload("mayor", std::string(model::kMaxRecordingBytes + 1, 'x')))),
              "413 20413");
    EXPECT_EQ(recordings_.put_name, "bienvenida");
}

TEST_F(OperatorApi, RemovesARecording) {
    const std::string path = "/v1/Communities/A/Recordings/";
    EXPECT_EQ(send(request(path + "bienvenida", {}, "DELETE")).status, 204);
    EXPECT_EQ(recordings_.removed, "bienvenida");
    EXPECT_EQ(error_of(send(request(path + "nada", {}, "DELETE"))), "404 20404");
}

TEST_F(OperatorApi, ListsWhoGuessedWrongAndForHowLongTheyAreBlocked) {
    EXPECT_EQ(
        get("/v1/Blocks").body,
        R"({"blocks":[{"scope":"user","address":"203.0.113.9","user":"+56229145248-office","failures":10,"blocked":true,"seconds_left":290},)"
        R"({"scope":"address","address":"203.0.113.9","user":"","failures":2,"blocked":false,"seconds_left":null}]})");
}

TEST_F(OperatorApi, ClearsTheBlocksOfAnAddressAndAUser) {
    const auto cleared =
        send(request("/v1/Blocks?Address=203.0.113.9&User=%2B56229145248-office", {}, "DELETE"));
    EXPECT_EQ(cleared.body, R"({"cleared":1})");
    EXPECT_EQ(blocks_.cleared_address, "203.0.113.9");
    EXPECT_EQ(blocks_.cleared_user, "+56229145248-office");
    EXPECT_EQ(blocks_.actor, "api 127.0.0.1");
}

}  // namespace
}  // namespace skyn3t::rest
