// SPDX-License-Identifier: ISC
// Ways to write, and not to write, one property in a file of java.util.Properties. The unit test states what Java makes
// of each; a story asks the real class.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace tests {

struct Spelling {
  std::string_view text;
  std::optional<std::u16string_view> value;  // of mongo.encryptedCredentials
};

inline constexpr std::array spellings = {
    Spelling{"", std::nullopt},
    // Separators.
    Spelling{"mongo.encryptedCredentials=true", u"true"},
    Spelling{"mongo.encryptedCredentials:true", u"true"},
    Spelling{"mongo.encryptedCredentials true", u"true"},
    Spelling{"mongo.encryptedCredentials\ttrue", u"true"},
    Spelling{"mongo.encryptedCredentials\ftrue", u"true"},
    Spelling{"mongo.encryptedCredentials \t= \f true", u"true"},
    Spelling{"mongo.encryptedCredentials==true", u"=true"},
    Spelling{"mongo.encryptedCredentials : =true", u"=true"},
    Spelling{"mongo.encryptedCredentials\vtrue", std::nullopt},
    Spelling{"mongo.encryptedCredentials", u""},
    Spelling{"mongo.encryptedCredentials=", u""},
    Spelling{"mongo.encryptedCredentials \t", u""},
    Spelling{"mongo.encryptedCredentials=true ", u"true "},
    Spelling{" \t\fmongo.encryptedCredentials=true", u"true"},
    Spelling{"\vmongo.encryptedCredentials=true", std::nullopt},
    Spelling{"xmongo.encryptedCredentials=true", std::nullopt},
    Spelling{"Mongo.encryptedCredentials=true", std::nullopt},
    Spelling{"mongo.encryptedCredentials=TRUE", u"TRUE"},
    // Line ends.
    Spelling{"a=b\nmongo.encryptedCredentials=true\n", u"true"},
    Spelling{"a=b\rmongo.encryptedCredentials=true\r", u"true"},
    Spelling{"a=b\r\nmongo.encryptedCredentials=true\r\n", u"true"},
    Spelling{"a=b\n\rmongo.encryptedCredentials=true\n\r", u"true"},
    Spelling{"\r\n \n\t\r mongo.encryptedCredentials=true", u"true"},
    Spelling{"a=b\vmongo.encryptedCredentials=true", std::nullopt},
    Spelling{"a=b\xc2\x85mongo.encryptedCredentials=true", std::nullopt},
    // Comments.
    Spelling{"#mongo.encryptedCredentials=true", std::nullopt},
    Spelling{" \t! mongo.encryptedCredentials=true", std::nullopt},
    Spelling{"# c\rmongo.encryptedCredentials=true", u"true"},
    Spelling{"# c \\\nmongo.encryptedCredentials=true", u"true"},
    Spelling{"#\nmongo.encryptedCredentials=true", u"true"},
    Spelling{"a=b # c\nmongo.encryptedCredentials=true # c", u"true # c"},
    Spelling{"\\#=x\nmongo.encryptedCredentials=true", u"true"},
    Spelling{"//mongo.encryptedCredentials=true", std::nullopt},
    // Continued lines.
    Spelling{"mongo.encryptedCredentials=tr\\\nue", u"true"},
    Spelling{"mongo.encryptedCredentials=tr\\\r\n \tue", u"true"},
    Spelling{"mongo.encryptedCredentials=tr\\\rue", u"true"},
    Spelling{"mongo.encryptedCredentials=tr\\\n\nue=x", u"tr"},
    Spelling{"mongo.encryptedCredentials=t\\\n \\\n rue", u"true"},
    Spelling{"mongo.encrypted\\\nCredentials=true", u"true"},
    Spelling{"mongo.encryptedCredentials\\\n=\\\ntrue", u"true"},
    Spelling{"mongo.encryptedCredentials\\\n true", std::nullopt},
    Spelling{"mongo.encryptedCredentials=\\\n#true", u"#true"},
    Spelling{"\\\nmongo.encryptedCredentials=true", u"true"},
    Spelling{"\\\n#mongo.encryptedCredentials=true", std::nullopt},
    Spelling{" \\\r\n \\\r\n mongo.encryptedCredentials=true", u"true"},
    Spelling{"a=\\\nmongo.encryptedCredentials=true", std::nullopt},
    Spelling{"a=\\\\\nmongo.encryptedCredentials=true", u"true"},
    Spelling{"a=\\\\\\\nmongo.encryptedCredentials=true", std::nullopt},
    Spelling{"a=b\\\n# no comment\\\nmongo.encryptedCredentials=true", std::nullopt},
    Spelling{"mongo.encryptedCredentials=true\\", u"true"},
    Spelling{"mongo.encryptedCredentials=true\\\\", u"true\\"},
    Spelling{"mongo.encryptedCredentials=true\\\n", u"true"},
    Spelling{"\\", std::nullopt},
    // Escapes.
    Spelling{"mongo\\.encryptedCredentials=true", u"true"},
    Spelling{"\\mongo.e\\ncryptedCredentials=true", std::nullopt},
    Spelling{"\\mongo.encrypted\\Credentials=\\true", u"\true"},
    Spelling{"mongo.encryptedCredentials=\\u0074rue", u"true"},
    Spelling{"mongo.encryptedCredentials=tr\\u0075\\u0065", u"true"},
    Spelling{"\\u006dongo.encryptedCredentials=true", u"true"},
    Spelling{"\\u006D\\u006f\\u006Eg\\u006f.encryptedCredentials:true", u"true"},
    Spelling{"mongo\\u002eencryptedCredentials\\u003dtrue", std::nullopt},
    Spelling{"mongo.encryptedCredentials\\=true", std::nullopt},
    Spelling{"mongo.encryptedCredentials\\ true", std::nullopt},
    Spelling{"mongo.encryptedCredentials=\\ true", u" true"},
    Spelling{"mongo.encryptedCredentials=\\\\u0074rue", u"\\u0074rue"},
    Spelling{"mongo.encryptedCredentials=tr\\\n\\u0075e", u"true"},
    Spelling{"mongo.encryptedCredentials=tr\\u00\\\n75e", u"true"},
    Spelling{"mongo.encryptedCredentials=\\u00e9", u"\u00e9"},
    Spelling{"mongo.encryptedCredentials=\\uD834\\udd1e", u"\U0001d11e"},
    Spelling{"mongo.encryptedCredentials=\\u000atrue", u"\ntrue"},
    Spelling{"mongo.encryptedCredentials=\xe9", u"\u00e9"},
    Spelling{"\xef\xbb\xbfmongo.encryptedCredentials=true", std::nullopt},
    Spelling{"\xef\xbb\xbf#\nmongo.encryptedCredentials=true", u"true"},
    // The last one counts.
    Spelling{"mongo.encryptedCredentials=false\nmongo.encryptedCredentials=true", u"true"},
    Spelling{"mongo.encryptedCredentials=true\nmongo.encryptedCredentials=false", u"false"},
    Spelling{"mongo.encryptedCredentials=true\r\\u006dongo.encryptedCredentials", u""},
};

/// What Java refuses to read as a whole.
inline constexpr std::array<std::string_view, 9> unreadable_spellings = {
    "a=\\u",
    "a=\\u007",
    "a=\\u007\nb=x",
    "a=\\u007g",
    "a=\\u 0074",
    "\\u00=74",
    "a\\u+074=b",
    "mongo.encryptedCredentials=true\na=C:\\users",
    "mongo.encryptedCredentials=\\u00\\\n7",
};

}  // namespace tests
