import Base
import CSodium

/// How messages are signed, by the names that connection files use.
enum SignatureScheme: String, CaseIterable {
  case sha256 = "hmac-sha256"
  case sha512 = "hmac-sha512"
}

/// Signs the four JSON parts of messages and checks the signatures of others.
struct Signer {
  private enum Start {
    /// An empty key: messages carry no signature.
    case unsigned
    /// The state after the key went in, from which every signature begins.
    case sha256(crypto_auth_hmacsha256_state)
    case sha512(crypto_auth_hmacsha512_state)
  }

  private let start: Start

  init(key: Bytes, scheme: SignatureScheme) {
    guard !key.isEmpty else {
      start = .unsigned
      return
    }
    switch scheme {
    case .sha256:
      var state = crypto_auth_hmacsha256_state()
      crypto_auth_hmacsha256_init(&state, key, key.count)
      start = .sha256(state)
    case .sha512:
      var state = crypto_auth_hmacsha512_state()
      crypto_auth_hmacsha512_init(&state, key, key.count)
      start = .sha512(state)
    }
  }

  var isActive: Bool { if case .unsigned = start { false } else { true } }

  /// The signature frame: lower-case hexadecimal digits, or nothing where there is no key.
  func signature(of parts: [Bytes].SubSequence) -> Bytes {
    guard let digest = digest(of: parts) else { return [] }
    let digits: StaticString = "0123456789abcdef"
    return Bytes(unsafeUninitializedCapacity: digest.count * 2) { target, count in
      for (index, byte) in digest.enumerated() {
        target[2 * index] = digits.utf8Start[Int(byte >> 4)]
        target[2 * index + 1] = digits.utf8Start[Int(byte & 15)]
      }
      count = digest.count * 2
    }
  }

  /// Whether `signature` fits the parts; takes the same time wherever a wrong one differs.
  func accepts(_ signature: Bytes, of parts: [Bytes].SubSequence) -> Bool {
    guard isActive else { return true }
    let right = self.signature(of: parts)
    return signature.count == right.count && sodium_memcmp(signature, right, right.count) == 0
  }

  private func digest(of parts: [Bytes].SubSequence) -> Bytes? {
    switch start {
    case .unsigned: return nil
    case .sha256(var state):
      for part in parts { crypto_auth_hmacsha256_update(&state, part, UInt64(part.count)) }
      var digest = Bytes(repeating: 0, count: 32)
      crypto_auth_hmacsha256_final(&state, &digest)
      return digest
    case .sha512(var state):
      for part in parts { crypto_auth_hmacsha512_update(&state, part, UInt64(part.count)) }
      var digest = Bytes(repeating: 0, count: 64)
      crypto_auth_hmacsha512_final(&state, &digest)
      return digest
    }
  }
}

/// Remembers the latest signatures, so that a recorded message cannot be sent to the kernel again.
struct ReplayGuard {
  private let capacity: Int
  private var seen: Set<Bytes> = []
  private var ring: [Bytes] = []
  private var oldest = 0

  init(capacity: Int = 65_536) { self.capacity = capacity }

  /// False when the signature was here before.
  mutating func admits(_ signature: Bytes) -> Bool {
    guard seen.insert(signature).inserted else { return false }
    if ring.count < capacity {
      ring.append(signature)
    } else {
      seen.remove(ring[oldest])
      ring[oldest] = signature
      oldest = (oldest + 1) % capacity
    }
    return true
  }
}

/// Names that nobody else has.
enum Unique {
  /// A random UUID (version 4) in its usual spelling.
  static func identifier() -> String {
    var bytes = Bytes(repeating: 0, count: 16)
    randombytes_buf(&bytes, bytes.count)
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let groups = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16]
    return groups.map { Hex.encode(bytes[$0]) }.joined(separator: "-")
  }
}
