import Testing
import UserService

@Suite struct EmailAddressTests {
    @Test(arguments: [
        "a@b.c", "ada.lovelace+notes@mail.example.org", "!#$%&'*+-/=?^_`{|}~@example.org", "用户@例子.中国",
        "नेहा@उदाहरण.भारत", "andré@exämple.org", "andre\u{301}@example.org", "1@2.3", "a@x-y.z",
        String(repeating: "a", count: 64) + "@" + String(repeating: "b", count: 63) + ".org",
    ])
    func takesAddresses(text: String) {
        #expect(EmailAddress(text)?.text == text)
    }

    @Test(arguments: [
        "", "a", "@", "a@", "@b.c", "a@b", "a b@c.d", "a@b c.d", "a@b.c ", " a@b.c", "a@@b.c", "a@b@c.d", ".a@b.c",
        "a.@b.c", "a..b@c.d", "a@.b.c", "a@b.c.", "a@b..c", "a@-b.c", "a@b-.c", "a@b.c\n", "a\u{0}@b.c",
        "a\r\nbcc: x@b.c",
        "a@b_c.d", "\"a b\"@c.d", "a@[127.0.0.1]", "a(x)@b.c", "a@b.c, d@e.f", "<a@b.c>", "a\u{202e}@b.c",
        "a\u{200b}@b.c",
        "a@b\u{ff0e}c", "a@b.\u{1F525}", String(repeating: "a", count: 65) + "@b.c",
        "a@" + String(repeating: "b", count: 64) + ".org",
        "a@" + String(repeating: "b.", count: 130) + "org",
    ])
    func refusesWhatIsNone(text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test(arguments: [
        ("ada@example.org", "ADA@EXAMPLE.ORG"), ("andré@example.org", "ANDRE\u{301}@example.org"),
        ("\u{212b}@example.org", "å@example.org"), ("ΆΣ@example.org", "\u{1f71}σ@example.org"),
    ])
    func seesOneAddressInDifferentSpellings(left: String, right: String) {
        #expect(Array(EmailAddress(left)!.key.unicodeScalars) == Array(EmailAddress(right)!.key.unicodeScalars))
    }

    @Test func tellsDifferentAddressesApart() {
        #expect(EmailAddress("ada@example.org")!.key != EmailAddress("ada@example.com")!.key)
        #expect(EmailAddress("a.da@example.org")!.key != EmailAddress("ada@example.org")!.key)
    }
}
