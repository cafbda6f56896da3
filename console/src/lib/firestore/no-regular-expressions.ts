/**
 * Stands for re2js in the build. Firestore brings that library, a sixth of its own size, for regular expressions in pipelines that
 * run on cached documents; the console has no pipelines.
 */
export const RE2JS = {
  compile(): never {
    throw new Error('regular expressions in pipelines are not part of this build');
  },
};
