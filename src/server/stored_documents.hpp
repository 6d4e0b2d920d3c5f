#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/sid.hpp"

namespace skyn3t::server {

// A TwiML document that the API has stored, as calls run it.
struct StoredDocument {
    CommunitySid community;
    std::string content;  // with its variables
};
// By SID. The documents are shared by each table that has them.
using StoredDocuments = std::map<std::string, std::shared_ptr<const StoredDocument>, std::less<>>;

}  // namespace skyn3t::server
