#include <yaml-cpp/yaml.h>

#include <cctype>
#include <set>

#include "call_rig.hpp"

namespace skyn3t::rest {
namespace {

using Routes = std::set<std::string>;  // "GET /v1/Documents/{Sid}"

Routes described() {
    Routes routes;
    const auto file = YAML::LoadFile("docs/openapi.yaml");
    for (const auto& path : file["paths"])
        for (const auto& method : path.second) {
            std::string word = method.first.as<std::string>();
            for (char& c : word) c = static_cast<char>(std::toupper(c));
            routes.insert(word + " " + path.first.as<std::string>());
        }
    return routes;
}

class OpenApi : public test::CallApiTest {};

// The answers are held against the file by tests/scenario/own_api_contract_test.py.
TEST_F(OpenApi, DescribesEveryRouteOfOurOwnAndNoOther) {
    Routes there{"GET /v1/Events/Stream"};  // added apart: event_stream_test.cpp
    for (const auto& [method, pattern] : router_.routes())
        if (pattern.starts_with("/v1/")) there.insert(method + " " + pattern);
    const Routes file = described();
    for (const auto& route : there)
        EXPECT_TRUE(file.contains(route)) << route << " is not in docs/openapi.yaml";
    for (const auto& route : file)
        EXPECT_TRUE(there.contains(route)) << route << " of docs/openapi.yaml is no route";
    EXPECT_GT(there.size(), 30u);
}

}  // namespace
}  // namespace skyn3t::rest
