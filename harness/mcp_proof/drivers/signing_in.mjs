// How a user signs in: what both majors of the TypeScript SDK take as an OAuthClientProvider.
//
// Nobody listens at the redirect URI: the authorization server answers at once with a redirect,
// and what it says is read from there.

import { randomUUID } from "node:crypto";

import { asked } from "./driving.mjs";

const SAME = "the same";
// How often the user signs in for one and the same thing.
const MOST = 2;

class SignIn {
  #known = asked.authorization;
  #clients = new Map();
  #tokens = new Map();
  #last;
  #verifier;
  #state;
  #callback;

  constructor() {
    if (this.#known.client_metadata_url) this.clientMetadataUrl = this.#known.client_metadata_url;
  }

  get redirectUrl() {
    return this.#known.redirect_uri;
  }

  get clientMetadata() {
    return {
      client_name: "mcp-proof driver",
      redirect_uris: [this.#known.redirect_uri],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    };
  }

  state() {
    this.#state = randomUUID();
    return this.#state;
  }

  // What is kept, is kept for each issuer; v1 does not say which one it is.
  clientInformation(context) {
    const { client_id, client_secret } = this.#known;
    const registered = this.#clients.get(context?.issuer ?? SAME);
    return registered ?? (client_id ? { client_id, client_secret } : undefined);
  }

  saveClientInformation(information, context) {
    this.#clients.set(context?.issuer ?? SAME, information);
  }

  tokens(context) {
    return context === undefined ? this.#last : this.#tokens.get(context.issuer);
  }

  saveTokens(tokens, context) {
    this.#tokens.set(context?.issuer ?? SAME, tokens);
    this.#last = tokens;
  }

  saveCodeVerifier(verifier) {
    this.#verifier = verifier;
  }

  codeVerifier() {
    return this.#verifier;
  }

  invalidateCredentials(scope) {
    if (scope === "all" || scope === "client") this.#clients.clear();
    if (scope === "all" || scope === "tokens") {
      this.#tokens.clear();
      this.#last = undefined;
    }
  }

  async redirectToAuthorization(url) {
    const response = await fetch(url, { redirect: "manual" });
    const location = response.headers.get("location");
    this.#callback = location ? new URL(location).searchParams : undefined;
  }

  // What came back from the browser, where it may be believed.
  taken() {
    const callback = this.#callback;
    this.#callback = undefined;
    if (!callback) throw new Error("the authorization server sent the user nowhere");
    if (callback.get("state") !== this.#state) throw new Error("the state is not what was sent");
    return callback;
  }
}

export const provider = asked.authorization ? new SignIn() : undefined;

// Makes a function one that has the user sign in where that is wanted, and then goes on.
export function signing(UnauthorizedError, finish) {
  return (act) => async (...given) => {
    for (let times = 0; ; times++) {
      try {
        return await act(...given);
      } catch (error) {
        if (!provider || !(error instanceof UnauthorizedError) || times === MOST) throw error;
        await finish(provider.taken());
      }
    }
  };
}
