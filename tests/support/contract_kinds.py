"""The kinds of resources that have the life of most: made, fetched, changed, listed by pages and removed."""
URL = "https://voz.example.cl/documento?a=1"
PASSWORD = "Una-Clave-Larga-1"


class Kind:
    """A resource with the life of most: what it is made with, what may be changed, and what the list is called."""

    def __init__(self, collection, operation, key, form, change, parent=None):
        self.collection, self.operation, self.key, self.form, self.change, self.parent = (
            collection, operation, key, form, change, parent)

    def __repr__(self):
        return self.operation

    def place(self, made):
        """The collection, with a parent made for it when it needs one."""
        if not self.parent:
            return self.collection
        return self.collection.format(made(*self.parent)["sid"])


LISTS, ADDRESSES = "/SIP/CredentialLists", "/SIP/IpAccessControlLists"
KINDS = [
    Kind("/SIP/Domains", "SipDomain", "domains", lambda i: {"DomainName": f"contrato-{i}.sip.example.cl"}, {"FriendlyName": "B"}),
    Kind(LISTS, "SipCredentialList", "credential_lists", lambda i: {"FriendlyName": f"Lista {i}"}, {"FriendlyName": "Ñuñoa"}),
    Kind(LISTS + "/{}/Credentials", "SipCredential", "credentials",
         lambda i: {"Username": f"usuario-{i}", "Password": PASSWORD}, {"Password": PASSWORD + "2"},
         (LISTS, {"FriendlyName": "Lista del contrato"})),
    Kind(ADDRESSES, "SipIpAccessControlList", "ip_access_control_lists", lambda i: {"FriendlyName": f"Oficina {i}"},
         {"FriendlyName": "Otra"}),
    Kind(ADDRESSES + "/{}/IpAddresses", "SipIpAddress", "ip_addresses",
         lambda i: {"FriendlyName": f"Router {i}", "IpAddress": f"203.0.113.{i}"}, {"CidrPrefixLength": "30"},
         (ADDRESSES, {"FriendlyName": "Oficinas del contrato"})),
    Kind("/IncomingPhoneNumbers", "IncomingPhoneNumber", "incoming_phone_numbers",
         lambda i: {"PhoneNumber": f"+5622555020{i}"}, {"FriendlyName": "Central", "VoiceUrl": URL}),
    Kind("/Applications", "Application", "applications", lambda i: {"FriendlyName": f"Aplicación {i}"}, {"VoiceUrl": URL}),
    Kind("/Queues", "Queue", "queues", lambda i: {"FriendlyName": f"cola-{i}"}, {"MaxSize": "17"}),
    Kind("/SigningKeys", "SigningKey", "signing_keys", lambda i: {"FriendlyName": f"Firma {i}"}, {"FriendlyName": "Otra firma"}),
    Kind("/Keys", "Key", "keys", lambda i: {"FriendlyName": f"Llave {i}"}, {"FriendlyName": "Otra llave"}),
]
