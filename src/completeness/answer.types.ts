/** Where a response says something: in a header, or in its body by an RFC 6901 pointer. */
export interface Place {
  pointer?: string;
  header?: string;
}

export interface Sign extends Place {
  /** What is said there, for a person: `has_more is true`. */
  what: string;
}

/** What a response says of the series that it is of. */
export interface AnswerSigns {
  /** That there is more; `next` is what leads there, where that is told. */
  more?: Sign & { next?: string };
  /** In so many words that there is nothing more. */
  ends: boolean;
  /** How many pages it counts, where it says that its own is not the last of them. */
  pages?: Sign & { value: number };
  total?: Sign & { value: number };
  /** An error inside a success. */
  error?: Sign;
}

/** A request as far as it tells requests and series apart. */
export interface AskedRequest {
  /** As it may be shown: method and URL without credentials. */
  shown: string;
  /** Equal for equal requests. */
  identity: string;
  /** Method, origin and path. */
  series: string;
  /** Of the query, and the top-level members of a JSON body, by plain name. */
  parameters: ReadonlyMap<string, string>;
}

/** The records that the code read, or gave, of one response. */
export interface AnswerList {
  count: number;
  /** Equal for equal lists; undefined where it is empty. */
  fingerprint: string | undefined;
  pointer: string;
  /** Whether it left the code as it came; else the code has read it. */
  given: boolean;
}

/** A response whose body the code read, in the order of the requests of its run. */
export interface Answer {
  request: AskedRequest;
  signs: AnswerSigns;
  list?: AnswerList;
}

export type ListedAnswer = Answer & { list: AnswerList };
