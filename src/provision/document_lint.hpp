#pragma once

#include <string>
#include <vector>

#include "model/dialling.hpp"
#include "provision/finding.hpp"
#include "twiml/document.hpp"

namespace skyn3t::provision {

struct DocumentFile {
    std::string file;  // as named in messages
    std::string xml;
    // Of the community whose document it is, when that is known.
    model::MayDial may_dial = model::MayDial::chile();
    std::string number{};
};

// What is wrong with TwiML documents, by Twilio's rules (reference/twiml.md) and by what hand-made
// set-ups get wrong (DESIGN.md, section 2). They are looked at together: a document that another's
// Gather sends its key to is one that has to look at it. So is one whose name says so
// ("CODE_Call_Routing.xml").
[[nodiscard]] std::vector<Finding> lint_documents(const std::vector<DocumentFile>& documents);
// A fault of twiml/bin_template.hpp in a document of this server.
[[nodiscard]] Finding template_finding(const DocumentFile& document, const twiml::Finding& fault);
// The same for files; one that cannot be read is a finding, too.
[[nodiscard]] std::vector<Finding> lint_document_files(const std::vector<std::string>& files);

}  // namespace skyn3t::provision
