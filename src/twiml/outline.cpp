#include "twiml/outline.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "twiml/xml_tree.hpp"

namespace skyn3t::twiml {

namespace {

// Elements come in the order of the document, so each place is counted from the one before.
class Places {
  public:
    explicit Places(std::string_view xml) : xml_(xml) {
        if (xml_.starts_with("\xef\xbb\xbf")) offset_ = 3;
    }

    void mark(Element& element, const pugi::xml_node& node) {
        // pugixml points at the name, behind '<'.
        const auto name =
            static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 1));
        for (; offset_ + 1 < std::min(name, xml_.size()); ++offset_) {
            const char c = xml_[offset_];
            if (c == '\n') {
                ++line_;
                column_ = 1;
            } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
                ++column_;
            }
        }
        element.line = line_;
        element.column = column_;
    }

  private:
    std::string_view xml_;
    std::size_t offset_ = 0;
    unsigned line_ = 1, column_ = 1;
};

Element outline_of(const pugi::xml_node& node, Places& places) {
    Element element;
    element.name = node.name();
    places.mark(element, node);
    for (const auto attribute : node.attributes())
        element.attributes.push_back({attribute.name(), std::string(trim(attribute.value()))});
    for (const auto child : node.children()) {
        if (child.type() == pugi::node_element)
            element.children.push_back(outline_of(child, places));
        else
            element.text += child.value();
    }
    element.text = trim(element.text);
    return element;
}

}  // namespace

const std::string* Element::find(std::string_view attribute) const {
    for (const auto& each : attributes)
        if (each.name == attribute) return &each.value;
    return nullptr;
}

std::string Element::whole_text() const {
    std::string whole = text;
    for (const auto& child : children) whole += child.whole_text();
    return whole;
}

tl::expected<Element, Finding> parse_outline(std::string_view xml) {
    pugi::xml_document tree;
    const auto root = load_response(xml, tree);
    if (!root) return tl::unexpected(root.error());
    Places places(xml);
    return outline_of(*root, places);
}

}  // namespace skyn3t::twiml
