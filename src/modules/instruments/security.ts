import { v5 as uuidv5 } from 'uuid';

const securities = 'b8a5b3a2-6d0b-5e59-9a8f-0d6f8f4c1b11';

/** All listings of one security share an id made from the ISIN under which it was first seen; a listing under its next ISIN takes it over. */
export const securityOf = (isin: string | null): string | null => (isin === null ? null : uuidv5(isin, securities));
