// SPDX-License-Identifier: ISC
// Encrypts and decrypts with the package age-encryption, for the stories: from standard input to standard output.
//
//   node age_encryption.mjs PACKAGE encrypt RECIPIENT...
//   node age_encryption.mjs PACKAGE decrypt IDENTITY...
//   node age_encryption.mjs PACKAGE encrypt-passphrase | decrypt-passphrase PASSPHRASE
import { readFileSync, writeSync } from "node:fs";

const [place, command, ...words] = process.argv.slice(2);
const age = await import(place);
const input = new Uint8Array(readFileSync(0));

const encrypter = () => new age.Encrypter();
const decrypter = () => new age.Decrypter();

async function encrypt(recipients) {
  const e = encrypter();
  recipients.forEach((recipient) => e.addRecipient(recipient));
  return e.encrypt(input);
}

async function decrypt(identities) {
  const d = decrypter();
  identities.forEach((identity) => d.addIdentity(identity));
  return d.decrypt(input);
}

async function encryptPassphrase([passphrase]) {
  const e = encrypter();
  e.setScryptWorkFactor(10);
  e.setPassphrase(passphrase);
  return e.encrypt(input);
}

async function decryptPassphrase([passphrase]) {
  const d = decrypter();
  d.addPassphrase(passphrase);
  return d.decrypt(input);
}

const commands = {
  encrypt,
  decrypt,
  "encrypt-passphrase": encryptPassphrase,
  "decrypt-passphrase": decryptPassphrase,
};
const output = await commands[command](words);
for (let at = 0; at < output.length; ) at += writeSync(1, output, at);
