namespace Aloft.Wire.SigV4;

/// <summary>What SigV4 covers of a request: the server's requests and the client's are seen through this alike.</summary>
public interface ISignable
{
    ReadOnlySpan<char> Method { get; }

    /// <summary>As on the request line: percent-encoded, without the query.</summary>
    ReadOnlySpan<char> Path { get; }

    /// <summary>As on the request line, without the question mark.</summary>
    ReadOnlySpan<char> Query { get; }

    /// <summary>The values of a header joined by commas, or null. Names are matched in any case.</summary>
    string? Header(string name);
}
