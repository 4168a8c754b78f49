// What browsers have and Debian 12's Node 18 does not.
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto as Crypto;
