#pragma once

#include <compare>
#include <string>
#include <utility>

namespace skyn3t::model {

// A password or token. It cannot be formatted or streamed, so it cannot reach a log by accident:
// whoever needs the text says so with reveal().
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    const std::string& reveal() const { return text_; }
    bool empty() const { return text_.empty(); }
    bool operator==(const Secret&) const = default;

  private:
    std::string text_;
};

}  // namespace skyn3t::model
