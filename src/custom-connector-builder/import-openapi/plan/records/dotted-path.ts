/** The path of a mapping that leads by these names, quoted where they are no plain words. */
export function dottedPath(names: readonly string[]): string {
  return names.reduce((path, name) => {
    if (!/^[A-Za-z_][\w-]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
    return path === '' ? name : `${path}.${name}`;
  }, '');
}
