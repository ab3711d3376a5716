using System.Security.Cryptography;
using Aloft.Storage;
using Aloft.Wire.SigV4;

namespace Aloft.Node;

/// <summary>
/// The key of the cloud's own root user: the operator's. Where signatures are demanded and none is set, one is made and kept in the data
/// folder.
/// </summary>
static class RootCredentials
{
    public static Credentials? Of(DataFolder data, NodeSettings settings) =>
        settings.Root ?? (settings.Auth ? Kept(Path.Combine(data.Path, "root-credentials")) : null);

    static Credentials Kept(string file)
    {
        if (!File.Exists(file))
        {
            var id = "AKIA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);
            File.WriteAllLines(file, [id, Convert.ToBase64String(RandomNumberGenerator.GetBytes(30))]); // in a folder that its user alone may enter
        }
        return File.ReadAllLines(file) is [var keptId, var keptSecret, ..]
            ? new(keptId, keptSecret, null)
            : throw new StorageException(
                StorageFailure.Corrupt, $"{file} should hold an access key id and a secret, a line each. Remove it to have new ones made.");
    }
}
