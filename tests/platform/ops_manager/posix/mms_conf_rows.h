// SPDX-License-Identifier: ISC
// Files in the subset of shell that mms.conf usually has, and what a shell makes of them.
#pragma once

#include <string>
#include <vector>

namespace tests {

constexpr const char* service_home = "/home/om";

struct Understood {
  std::string text;
  std::string enc_key_path;  // empty: as it was before; ${HOME} stands for the service's home
  std::string mms_user;
};

inline const std::vector<Understood> understood = {
    {"", "", ""},
    {"ENC_KEY_PATH=/etc/mongodb-mms/gen.key\nMMS_USER=mongodb-mms\n", "/etc/mongodb-mms/gen.key", "mongodb-mms"},
    {"ENC_KEY_PATH=/a/gen.key", "/a/gen.key", ""},
    {"ENC_KEY_PATH=\"/a b/gen.key\"\n", "/a b/gen.key", ""},
    {"ENC_KEY_PATH='/a b/gen.key'\n", "/a b/gen.key", ""},
    {"ENC_KEY_PATH=/a\\ b/gen.key\n", "/a b/gen.key", ""},
    {"ENC_KEY_PATH=/a' b'/\"gen\".key\n", "/a b/gen.key", ""},
    {"ENC_KEY_PATH=/a\"\\\"\"/gen.key\n", "/a\"/gen.key", ""},
    {"  \t ENC_KEY_PATH=/a/gen.key   \n", "/a/gen.key", ""},
    {"export ENC_KEY_PATH=/a/gen.key\n", "/a/gen.key", ""},
    {"ENC_KEY_PATH=/a/gen.key\nexport ENC_KEY_PATH MMS_USER\n", "/a/gen.key", ""},
    {"ENC_KEY_PATH=/a/gen.key; MMS_USER=om; export MMS_USER\n", "/a/gen.key", "om"},
    {"ENC_KEY_PATH=/a/gen.key MMS_USER=om\n", "/a/gen.key", "om"},
    {"# ENC_KEY_PATH=/commented\nENC_KEY_PATH=/a/gen.key # ENC_KEY_PATH=/b\n", "/a/gen.key", ""},
    {"ENC_KEY_PATH=/a#b/gen.key\n", "/a#b/gen.key", ""},
    {"# a comment that ends in a backslash \\\nENC_KEY_PATH=/a/gen.key\n", "/a/gen.key", ""},
    {"ENC_KEY_PATH=/a/gen.key\nENC_KEY_PATH=/b/gen.key\n", "/b/gen.key", ""},
    {"ENC_KEY_PATH=$(hostname)\nENC_KEY_PATH=/b/gen.key\n", "/b/gen.key", ""},
    {"ENC_KEY_PATH=${HOME}/.mongodb-mms/gen.key\n", "${HOME}/.mongodb-mms/gen.key", ""},
    {"ENC_KEY_PATH=\"$HOME/.mongodb-mms/gen.key\"\n", "${HOME}/.mongodb-mms/gen.key", ""},
    {"ENC_KEY_PATH=~/gen.key\n", "${HOME}/gen.key", ""},
    {"HOME=/srv/om\nENC_KEY_PATH=${HOME}/gen.key\n", "/srv/om/gen.key", ""},
    {"BASE=/srv/om\nENC_KEY_PATH=$BASE/gen.key\nBASE=/later\n", "/srv/om/gen.key", ""},
    {"MMS_USER=om\nENC_KEY_PATH=/home/${MMS_USER}/gen.key\n", "/home/om/gen.key", "om"},
    {"ENC_KEY_PATH=/a/\\\ngen.key\n", "/a/gen.key", ""},
    {"MMS_USER=om\\", "", "om\\"},
    {"MMS_USER=\n", "", ""},
    {"MMS_USER=\"\"\n", "", ""},
    {"JAVA_OPTS=\"-Xmx8g\nENC_KEY_PATH=/inside/a/quote\n\"\nENC_KEY_PATH=/a/gen.key\n", "/a/gen.key", ""},
    {"if [ -z \"$X\" ]; then\n  Y=1\nfi\nENC_KEY_PATH=/a/gen.key\n", "/a/gen.key", ""},
    {"f() { Y=1; }\nENC_KEY_PATH=/a/gen.key\n", "/a/gen.key", ""},
    {"function f {\n Y=1\n}\nENC_KEY_PATH=/a/gen.key\n", "/a/gen.key", ""},
    {"case x in a) Y=1;; b) Y=2;; esac\nENC_KEY_PATH=/a/gen.key\n", "/a/gen.key", ""},
    {"for x in 1 2; do Y=$x; done\nENC_KEY_PATH=/a/gen.key\n", "/a/gen.key", ""},
    {"(ulimit -n 1024 2>/dev/null) || true\nENC_KEY_PATH=/a/gen.key\n", "/a/gen.key", ""},
    {"ENC_KEY_PATH=/a/gen.key\ntrue \"$ENC_KEY_PATH\" || exit 1\n", "/a/gen.key", ""},
    {"ENC_KEY_PATH=/a/gen.key\necho \"ENC_KEY_PATH=$ENC_KEY_PATH\" >/dev/null\n", "/a/gen.key", ""},
    {"MY_ENC_KEY_PATH=/x\nENC_KEY_PATH_OLD=/y\n", "", ""},
    {"\r\n# comment\r\nENC_KEY_PATH=/a/gen.key\n", "/a/gen.key", ""},
    {"ENC_KEY_PATH=/a/gen.key # said on Windows\r\n", "/a/gen.key", ""},
    {"ENC_KEY_PATH=/a/gen.key\ncase \"${1:-}\" in start|run) if [ -x /p ]; then /p hook run "
     "${ENC_KEY_PATH:+\"--key-file=$ENC_KEY_PATH\"} || exit 1; fi ;; esac # hook\nMMS_USER=om\n",
     "/a/gen.key", "om"},
};

}  // namespace tests
