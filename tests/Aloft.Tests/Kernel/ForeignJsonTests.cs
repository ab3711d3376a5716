using System.Text;
using System.Text.Json;
using Aloft.Platform.Kernel;

namespace Aloft.Tests.Kernel;

public sealed class ForeignJsonTests
{
    [Theory]
    [InlineData(@"""\ud83d\ude00""", "\U0001F600")]
    [InlineData(@"""\uD83D\uDE00 \ud83d""", "\U0001F600 \uFFFD")]
    [InlineData(@"""\ude00\ud83dx""", "\uFFFD\uFFFDx")]
    [InlineData(@"""\\ud83d \\\ud83d""", @"\ud83d \" + "\uFFFD")]
    [InlineData(@"""\u00e9\n""", "\u00e9\n")]
    public void Half_a_surrogate_pair_reads_as_a_replacement(string json, string text)
    {
        using var document = ForeignJson.Parse(Encoding.UTF8.GetBytes(json));
        Assert.Equal(text, document.RootElement.GetString());
    }

    [Fact]
    public void Bytes_that_are_not_utf8_read_as_a_replacement()
    {
        using var document = ForeignJson.Parse(new byte[] { (byte)'"', 0xFF, (byte)'"' });
        Assert.Equal("\uFFFD", document.RootElement.GetString());
    }

    [Fact]
    public void What_is_no_json_is_refused() => Assert.ThrowsAny<JsonException>(() => ForeignJson.Parse("{\"a\":\\ud800}"u8.ToArray()));
}
