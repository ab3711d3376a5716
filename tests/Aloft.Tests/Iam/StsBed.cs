using System.Xml.Linq;
using Aloft.Tests.Front;
using Aloft.Wire.SigV4;

namespace Aloft.Tests.Iam;

/// <summary>STS behind the Front, as a client sees it.</summary>
static class StsBed
{
    const string Form = "application/x-www-form-urlencoded; charset=utf-8";

    internal static async Task<(int Status, XElement Xml)> Call(
        this FrontBed bed, Credentials? by, string action, params (string Name, string Value)[] parameters)
    {
        var body = $"Action={action}&Version=2011-06-15" + string.Concat(parameters.Select(pair => $"&{pair.Name}={Uri.EscapeDataString(pair.Value)}"));
        List<(string, string)> headers = [("Content-Type", Form)];
        if (by is not null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost:4566/");
            SigV4Signer.Sign(request, System.Text.Encoding.UTF8.GetBytes(body), by, "us-east-1", "sts", FrontBed.Now);
            headers.AddRange(request.Headers.Select(header => (header.Key, string.Join(',', header.Value))));
        }
        var reply = await bed.Send("POST", "/", body, [.. headers]);
        return (reply.Status, XElement.Parse(reply.Body));
    }

    internal static string Text(this XElement xml, string name) =>
        xml.Descendants().Single(element => element.Name.LocalName == name).Value;
}
