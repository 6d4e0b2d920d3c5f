#include "provision/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>

#include "base/text.hpp"
#include "provision/messages.hpp"

namespace skyn3t::provision {
namespace {

constexpr std::size_t kDeepest = 16;

// Finds places as editors count them: yaml-cpp counts the octets of a line, people its characters.
class Places {
  public:
    Places(std::string_view text, const std::string& file) : file_(file) {
        for (std::size_t begin = 0;;) {
            const std::size_t end = text.find('\n', begin);
            lines_.push_back(text.substr(begin, end - begin));
            if (end == std::string_view::npos) break;
            begin = end + 1;
        }
    }
    Where at(const YAML::Mark& mark) const {
        if (mark.is_null() || mark.line < 0 || mark.column < 0) return {file_, 0, 0, {}};
        const auto line = static_cast<std::size_t>(mark.line);
        int column = 1;
        if (line < lines_.size())
            for (char c : lines_[line].substr(0, static_cast<std::size_t>(mark.column)))
                column += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
        return {file_, mark.line + 1, column, {}};
    }

  private:
    const std::string& file_;
    std::vector<std::string_view> lines_;
};

// Builds the tree from yaml-cpp's events. A map's keys and values alternate in `items` until the
// map ends.
class Builder final : public YAML::EventHandler {
  public:
    Builder(const Places& places, std::vector<Finding>& findings)
        : places_(places), findings_(findings) {}

    YamlNode take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add(make(YamlNode::Kind::null, mark, anchor));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        findings_.push_back(make_finding(messages::kAlias, places_.at(mark)));
        add(make(YamlNode::Kind::null, mark, 0));
    }
    void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  const std::string& value) override {
        YamlNode node = make(YamlNode::Kind::scalar, mark, anchor);
        node.text = value;
        add(std::move(node));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(YamlNode::Kind::sequence, mark, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(YamlNode::Kind::map, mark, anchor);
    }
    void OnMapEnd() override {
        YamlNode& map = open_.back();
        for (std::size_t i = 0; i + 1 < map.items.size(); i += 2)
            map.pairs.push_back(YamlPair{std::move(map.items[i]), std::move(map.items[i + 1])});
        map.items.clear();
        close();
    }

  private:
    YamlNode make(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor != 0) findings_.push_back(make_finding(messages::kAlias, places_.at(mark)));
        YamlNode node;
        node.kind = kind;
        const Where where = places_.at(mark);
        node.line = where.line;
        node.column = where.column;
        return node;
    }
    void open(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (open_.size() >= kDeepest) throw YAML::ParserException(mark, "nested too deeply");
        open_.push_back(make(kind, mark, anchor));
    }
    void close() {
        YamlNode node = std::move(open_.back());
        open_.pop_back();
        add(std::move(node));
    }
    void add(YamlNode node) {
        if (open_.empty())
            root_ = std::move(node);
        else
            open_.back().items.push_back(std::move(node));
    }

    const Places& places_;
    std::vector<Finding>& findings_;
    std::vector<YamlNode> open_;
    YamlNode root_;
};

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
    for (const auto& [name, value] : pairs)
        if (name.kind == Kind::scalar && name.text == key) return &value;
    return nullptr;
}

YamlNode parse_yaml(std::string_view text, const std::string& file,
                    std::vector<Finding>& findings) {
    if (!is_valid_utf8(text) || text.find('\0') != std::string_view::npos) {
        findings.push_back(make_finding(messages::kNotUtf8, Where{file, 0, 0, {}}));
        return {};
    }
    const Places places(text, file);
    try {
        std::istringstream input{std::string(text)};
        YAML::Parser parser(input);
        Builder builder(places, findings);
        parser.HandleNextDocument(builder);
        YamlNode root = builder.take();
        if (parser) {
            Builder rest(places, findings);
            if (parser.HandleNextDocument(rest) && rest.take().kind != YamlNode::Kind::null)
                findings.push_back(make_finding(messages::kManyDocuments, Where{file, 0, 0, {}}));
        }
        return root;
    } catch (const YAML::Exception& error) {
        findings.push_back(make_finding(messages::kSyntax, places.at(error.mark), error.msg));
        return {};
    }
}

}  // namespace skyn3t::provision
