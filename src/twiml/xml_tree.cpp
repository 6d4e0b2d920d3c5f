#include "twiml/xml_tree.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "twiml/xml_check.hpp"

namespace skyn3t::twiml {

namespace {

// XML 1.0 §3.1: an attribute's name appears once in a tag. pugixml does not look.
class DuplicateFinder final : public pugi::xml_tree_walker {
  public:
    bool for_each(pugi::xml_node& node) override {
        std::set<std::string_view> names;
        for (const auto attribute : node.attributes())
            if (!names.insert(attribute.name()).second) found = node;
        return !found;
    }
    pugi::xml_node found;
};

unsigned line_of(std::string_view xml, const pugi::xml_node& node) {
    return line_at(xml, static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0)));
}

// Exactly one element, and no text beside it.
tl::expected<pugi::xml_node, Finding> find_root(const pugi::xml_document& tree,
                                                std::string_view xml) {
    pugi::xml_node root;
    for (const auto child : tree.children()) {
        if (child.type() == pugi::node_element) {
            if (root)
                return tl::unexpected(Finding{12100, "a second root element", line_of(xml, child)});
            root = child;
        } else if (!trim(child.value()).empty()) {
            return tl::unexpected(Finding{12100, "text outside the root element", 1});
        }
    }
    if (!root) return tl::unexpected(Finding{12100, "no XML element", 1});
    if (std::string_view(root.name()) != "Response")
        return tl::unexpected(
            Finding{12102, "<" + std::string(root.name()).substr(0, 60) + ">", line_of(xml, root)});
    return root;
}

}  // namespace

tl::expected<pugi::xml_node, Finding> load_response(std::string_view xml,
                                                    pugi::xml_document& tree) {
    if (xml.size() > kMaxDocumentBytes) return tl::unexpected(Finding{11750, "> 64 kB", 0});
    if (const auto fault = find_xml_fault(xml)) return tl::unexpected(*fault);

    constexpr unsigned kFlags = pugi::parse_default | pugi::parse_fragment | pugi::parse_ws_pcdata;
    const auto parsed = tree.load_buffer(xml.data(), xml.size(), kFlags, pugi::encoding_utf8);
    if (!parsed)
        return tl::unexpected(Finding{
            12100, parsed.description(),
            line_at(xml, static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)))});
    DuplicateFinder duplicates;
    tree.traverse(duplicates);
    if (duplicates.found)
        return tl::unexpected(
            Finding{12100, "an attribute given twice", line_of(xml, duplicates.found)});
    return find_root(tree, xml);
}

}  // namespace skyn3t::twiml
