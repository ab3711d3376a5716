using Aloft.Storage;

namespace Aloft.Platform.Functions.Code;

/// <summary>
/// Function packages: content-addressed zips in the blob store, unpacked once per node into a read-only folder that all sandboxes of
/// that code share. Guards against path traversal, absolute paths, links out of the tree and bombs.
/// </summary>
public sealed class CodeStore
{
    /// <summary>Checks the zip by unpacking it, stores it durably, returns its digest. Throws <c>InvalidParameterValueException</c>; then nothing is left behind.</summary>
    public ValueTask<CodePackage> Add(ReadOnlyMemory<byte> zip, CancellationToken stop) => throw new NotImplementedException();

    /// <summary>The unpacked, read-only folder of a package, made from the blob when this node does not have it yet.</summary>
    public ValueTask<string> Folder(string digest, CancellationToken stop) => throw new NotImplementedException();
}

/// <param name="Digest">Lower-case hex SHA-256 of the zip.</param>
public sealed record CodePackage(string Digest, long ZipBytes, long UnpackedBytes)
{
    /// <summary>AWS's CodeSha256: the same digest in base64.</summary>
    public string CodeSha256 => Convert.ToBase64String(Convert.FromHexString(Digest));
}
