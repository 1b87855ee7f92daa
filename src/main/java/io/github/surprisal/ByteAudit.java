/*
 * Copyright 2026 The surprisal authors
 * SPDX-License-Identifier: Apache-2.0
 */

package io.github.surprisal;

import io.github.surprisal.format.HexText;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether the bytes of tokens, joined, are the bytes of their text, as {@link
 * TokenBytes#audit(IntTensor, String)} finds.
 *
 * <p>Bytes are compared, and not only their number, so that two slips can't make up for each other.
 * A tokenizer that changes its text first (Unicode normalisation, lower case) never matches; its
 * bits per byte then are to be divided by {@code textBytes}.
 *
 * <p>Immutable.
 */
public final class ByteAudit {

  private final Counts counts;
  private final Optional<Mismatch> mismatch;

  private ByteAudit(Counts counts, Optional<Mismatch> mismatch) {
    this.counts = counts;
    this.mismatch = mismatch;
  }

  private record Counts(long tokens, long zeroByteTokens, long tokenBytes, long textBytes) {}

  static ByteAudit of(
      long tokens,
      long zeroByteTokens,
      long tokenBytes,
      long textBytes,
      Optional<Mismatch> mismatch) {
    return new ByteAudit(new Counts(tokens, zeroByteTokens, tokenBytes, textBytes), mismatch);
  }

  /**
   * The number of tokens.
   *
   * @return the number of tokens
   */
  public long tokens() {
    return counts.tokens;
  }

  /**
   * The number of tokens that have 0 bytes.
   *
   * @return the number of empty tokens
   */
  public long zeroByteTokens() {
    return counts.zeroByteTokens;
  }

  /**
   * The bytes of all tokens together.
   *
   * @return the number of bytes
   */
  public long tokenBytes() {
    return counts.tokenBytes;
  }

  /**
   * The bytes of the text in UTF-8.
   *
   * @return the number of bytes
   */
  public long textBytes() {
    return counts.textBytes;
  }

  /**
   * The first place where tokens and text part.
   *
   * @return the place; empty if they match
   */
  public Optional<Mismatch> mismatch() {
    return mismatch;
  }

  /**
   * Whether the tokens' bytes, one after the other, are exactly the bytes of the text.
   *
   * @return whether they match
   */
  public boolean matches() {
    return mismatch.isEmpty();
  }

  /** The counts, and the mismatch, if any, in a few lines for people. */
  @Override
  public String toString() {
    String counts =
        String.format(
            Locale.ROOT,
            "%,d bytes in %,d tokens, %,d of them empty; %,d bytes of text",
            tokenBytes(),
            tokens(),
            zeroByteTokens(),
            textBytes());
    return mismatch
        .map(first -> "token bytes differ from the text: " + counts + "\n" + first)
        .orElse("token bytes match the text: " + counts);
  }

  /**
   * Compares by value.
   *
   * @param other the object to compare with
   * @return whether the other object found the same
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof ByteAudit that
        && counts.equals(that.counts)
        && mismatch.equals(that.mismatch);
  }

  @Override
  public int hashCode() {
    return Objects.hash(counts, mismatch);
  }

  /** The first token whose bytes the text does not have there. Immutable. */
  public static final class Mismatch {
    static final int BYTES_AFTER_TOKENS = 16;

    private final Place place;
    private final String actualHex;
    private final String expectedHex;
    private final Cause cause;

    private Mismatch(Place place, String actualHex, String expectedHex, Cause cause) {
      this.place = place;
      this.actualHex = actualHex;
      this.expectedHex = expectedHex;
      this.cause = cause;
    }

    private record Place(long tokenIndex, OptionalInt token, long textPosition) {}

    static Mismatch of(
        long tokenIndex,
        OptionalInt token,
        long textPosition,
        String actualHex,
        String expectedHex,
        Cause cause) {
      return new Mismatch(
          new Place(tokenIndex, token, textPosition), actualHex, expectedHex, cause);
    }

    /**
     * The index of the token in row-major order.
     *
     * @return the index; the number of tokens if they end before the text
     */
    public long tokenIndex() {
      return place.tokenIndex;
    }

    /**
     * The token.
     *
     * @return the token; empty if the tokens end before the text
     */
    public OptionalInt token() {
      return place.token;
    }

    /**
     * The position in the text's bytes, where the tokens before it end.
     *
     * @return the position
     */
    public long textPosition() {
      return place.textPosition;
    }

    /**
     * The token's bytes, such as {@code e2 96 81 61}.
     *
     * @return the bytes in hexadecimal
     */
    public String actualHex() {
      return actualHex;
    }

    /**
     * As many bytes of the text from that position, or what is left of it; the next {@value
     * #BYTES_AFTER_TOKENS} if the tokens end before the text.
     *
     * @return the bytes in hexadecimal
     */
    public String expectedHex() {
      return expectedHex;
    }

    /**
     * What probably went wrong.
     *
     * @return the cause
     */
    public Cause cause() {
      return cause;
    }

    /** Where, what, and why, in two lines for people. */
    @Override
    public String toString() {
      String text = HexText.quoted(expectedHex);
      String difference =
          token().isPresent()
              ? String.format(
                  Locale.ROOT,
                  "token %d at index %d is %s, the text at byte %d is %s",
                  token().getAsInt(),
                  tokenIndex(),
                  HexText.quoted(actualHex),
                  textPosition(),
                  text)
              : String.format(
                  Locale.ROOT,
                  "the tokens end at index %d, the text goes on at byte %d with %s",
                  tokenIndex(),
                  textPosition(),
                  text);
      return difference + "\nprobable cause: " + cause.explanation();
    }

    /**
     * Compares by value.
     *
     * @param other the object to compare with
     * @return whether the other object is the same mismatch
     */
    @Override
    public boolean equals(Object other) {
      return other instanceof Mismatch that
          && place.equals(that.place)
          && actualHex.equals(that.actualHex)
          && expectedHex.equals(that.expectedHex)
          && cause == that.cause;
    }

    @Override
    public int hashCode() {
      return Objects.hash(place, actualHex, expectedHex, cause);
    }
  }

  /** What makes a token's bytes differ from the text. */
  public enum Cause {
    /** The token was decoded alone, and U+FFFD stands for part of a character. */
    REPLACEMENT_CHARACTER(
        "the token was decoded alone, and U+FFFD (ef bf bd) stands for part of a character;"
            + " take its raw bytes from the tokenizer's vocabulary"),
    /** The token writes a space as ▁ (U+2581), as SentencePiece does. */
    WORD_BOUNDARY_MARK(
        "the vocabulary writes a space as U+2581 (e2 96 81), as SentencePiece does; it is 1 byte,"
            + " 20"),
    /** The token is written in the alphabet of byte-level BPE, in which Ġ (U+0120) is a space. */
    BYTE_LEVEL_ALPHABET(
        "the vocabulary is written in the alphabet of byte-level BPE, as GPT-2's, in which U+0120"
            + " (c4 a0) is a space; each of its characters stands for 1 byte"),
    /** The token is the name of a byte, such as {@code <0x0A>}. */
    BYTE_FALLBACK("the token is the name of a byte, and stands for that 1 byte"),
    /** The token starts with ##, as WordPiece marks what goes on a word: {@code ##us}. */
    CONTINUATION_PREFIX(
        "the vocabulary writes ## before what goes on a word, as WordPiece does; leave it out. A"
            + " token without it stands for the space before its word, too, where the text has one"),
    /** The token ends with {@code @@}, as subword-nmt marks a word that goes on: {@code per@@}. */
    CONTINUATION_SUFFIX(
        "the vocabulary writes @@ where a word goes on, as subword-nmt and fairseq do; leave it out,"
            + " and a space after it. A token without it stands for the space after its word, too,"
            + " where the text has one"),
    /** The token ends with {@code </w>}, as BPE of whole words marks the end of one. */
    END_OF_WORD_SUFFIX(
        "the vocabulary writes </w> where a word ends, as GPT-1's and CLIP's; it stands for the space"
            + " after the word (1 byte, 20) where the text has one, and else for nothing"),
    /**
     * The token stands for text that the tokenizer has no token for, such as {@code <unk>}; no
     * number of bytes is right.
     */
    UNKNOWN_TOKEN(
        "the tokenizer had no token for the text here and put its unknown token in its place: how"
            + " many bytes it stands for is unknown, and this vocabulary can't reproduce the text. No"
            + " byte count makes bits per byte right: leave such texts out, or take a tokenizer that"
            + " falls back to bytes"),
    /**
     * The token looks like a special one, such as {@code <s>} or {@code <|im_start|>user} with a
     * line feed, and stands for no text.
     */
    SPECIAL_TOKEN("the token looks like a special one, which stands for no text; give it 0 bytes"),
    /** The tokenizer puts a space before the text. */
    LEADING_SPACE(
        "the tokenizer put a space before the text; leave that byte out, or count it in the text,"
            + " too"),
    /** The token before has 0 bytes, and yet stands for some of the text. */
    ZERO_BYTE_TOKEN(
        "the token before has 0 bytes, and yet stands for the text that is missing; if it is the"
            + " unknown token, how many bytes it stands for is unknown, and this vocabulary can't"
            + " reproduce the text"),
    /** The tokens go on after the end of the text. */
    TEXT_ENDS("the text ends before the tokens do: something was added to the tokens"),
    /** The text goes on after the end of the tokens. */
    TOKENS_END(
        "the tokens end before the text does: they were cut off, or the last ones have too few"
            + " bytes"),
    /** None of the above. */
    DIFFERENT_TEXT(
        "the tokenizer changes the text (Unicode normalisation, lower case, white space) or does"
            + " not know a character, or these are the tokens of another text");

    private final String explanation;

    Cause(String explanation) {
      this.explanation = explanation;
    }

    /**
     * The cause in words, and what to do about it.
     *
     * @return the explanation
     */
    public String explanation() {
      return explanation;
    }
  }
}
