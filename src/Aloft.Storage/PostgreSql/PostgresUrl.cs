using System.Text.RegularExpressions;
using Npgsql;

namespace Aloft.Storage.PostgreSql;

/// <summary>
/// Understands <c>postgres://user:password@host:port/database?option=value</c> and Npgsql's own <c>Host=…;Database=…</c>.
/// https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
/// </summary>
internal static partial class PostgresUrl
{
    // What a user's string does not say. Preparing statements by themselves saves the server the planning of the hot ones.
    private static readonly string Defaults =
        $"Maximum Pool Size={Limits.PostgresConnections};Max Auto Prepare=200;Application Name=aloft;";

    /// <summary>libpq's names of options that Npgsql calls otherwise; the rest pass as they are.</summary>
    private static readonly Dictionary<string, string> OptionNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["target_session_attrs"] = "Target Session Attributes",
        ["dbname"] = "Database",
        ["user"] = "Username",
    };

    public static bool IsUrl(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            var settings = IsUrl(text) ? FromUrl(text) : new NpgsqlConnectionStringBuilder(Defaults + text);
            settings.Host ??= "localhost";
            return settings;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or NotSupportedException)
        {
            // The text itself may hold a password, so it is not repeated.
            throw new StorageException(StorageFailure.Invalid,
                $"The database address is not understood: {e.Message} Write postgres://user:password@host:port/database", e);
        }
    }

    private static NpgsqlConnectionStringBuilder FromUrl(string text)
    {
        // As for libpq, the host may be left out, which .NET does not allow after a user.
        if (!Uri.TryCreate(MissingHost().Replace(text, "$0localhost"), UriKind.Absolute, out var url))
            throw new FormatException("It is not a URL.");
        var settings = new NpgsqlConnectionStringBuilder(Defaults);
        settings.Host = url.DnsSafeHost;
        if (url.Port > 0) settings.Port = url.Port;
        if (url.AbsolutePath.Length > 1) settings.Database = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        if (url.UserInfo is not "")
        {
            var colon = url.UserInfo.IndexOf(':');
            settings.Username = Uri.UnescapeDataString(colon < 0 ? url.UserInfo : url.UserInfo[..colon]);
            if (colon >= 0) settings.Password = Uri.UnescapeDataString(url.UserInfo[(colon + 1)..]);
        }
        foreach (var option in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (option.Split('=', 2) is not [var name, var value]) throw new FormatException($"Its option '{option}' has no value.");
            value = Uri.UnescapeDataString(value);
            // libpq writes verify-full, Npgsql VerifyFull.
            if (name.Equals("sslmode", StringComparison.OrdinalIgnoreCase)) value = value.Replace("-", "", StringComparison.Ordinal);
            settings[OptionNames.GetValueOrDefault(name, Uri.UnescapeDataString(name).Replace('_', ' '))] = value;
        }
        return settings;
    }

    [GeneratedRegex("^[^/]+://([^/?@]*@)?(?=[:/?]|$)")]
    private static partial Regex MissingHost();
}
